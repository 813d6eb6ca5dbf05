import { ApiSchema } from '@nestjs/swagger';
import { MEMBERS } from '../model/members.js';
import { requestOf } from './member-dtos.js';

@ApiSchema({ name: 'CreateOAuthClient' })
export class CreateOAuthClientDto extends requestOf([...MEMBERS.keys()], ['name', 'grant_types'], {
  creates: true,
}) {}
