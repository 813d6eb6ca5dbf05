import { ApiSchema } from '@nestjs/swagger';
import { MayBeAbsent } from '../../validation/shape.decorator.js';

/** It has no members: whatever is sent in it is told to be unknown. */
@ApiSchema({ name: 'CreateSecret' })
@MayBeAbsent
export class CreateSecretDto {}
