import { ApiSchema } from '@nestjs/swagger';
import { AlsoKnownAs, JudgedByRules } from '../../validation/shape.decorator.js';
import { MEMBERS } from '../model/members.js';
import { requestOf } from './member-dtos.js';
import { OTHER_NAMES } from './other-names.js';

@ApiSchema({ name: 'CreateOAuthClient' })
@AlsoKnownAs(OTHER_NAMES)
@JudgedByRules
export class CreateOAuthClientDto extends requestOf([...MEMBERS.keys()], ['name', 'grant_types'], {
  creates: true,
}) {}
