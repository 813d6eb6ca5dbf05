import { Module } from '@nestjs/common';
import { AccessModule } from '../../access/access.module.js';
import { AuditEventsController } from './audit-events.controller.js';
import { AuditEventsReader } from './audit-events.reader.js';

/** Reading the audit log: the histories of clients, projects and organizations. */
@Module({
  imports: [AccessModule],
  controllers: [AuditEventsController],
  providers: [AuditEventsReader],
})
export class AuditReadingModule {}
