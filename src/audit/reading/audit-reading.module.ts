import { Module } from '@nestjs/common';
import { AccessModule } from '../../access/access.module.js';
import { AuditEventsController } from './audit-events.controller.js';
import { AuditEventsReader } from './audit-events.reader.js';

/** Who changed what: for those who may know. */
@Module({
  imports: [AccessModule],
  controllers: [AuditEventsController],
  providers: [AuditEventsReader],
})
export class AuditReadingModule {}
