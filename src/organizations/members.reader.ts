import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { columnsOf, selectList } from '../database/entity-columns.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import { readKeysetPage, type Keyset, type Page } from '../pagination/page.js';
import type { PageQuery } from '../pagination/page.query.js';
import { Problem } from '../problem-details/problem.js';
import { OrganizationMember, type LoadedMember } from '../tenants/organization-member.entity.js';

const COLUMNS = columnsOf<LoadedMember>(OrganizationMember);

const PAGE = new PreparedStatement<LoadedMember>(
  'organization_member_page',
  `select ${selectList(COLUMNS, 'm')} from organization_members m
   where m.organization_id = :organization_id and m.subject > :after
   order by m.subject
   limit :limit`,
  COLUMNS,
);

const ONE = new PreparedStatement<LoadedMember>(
  'organization_member',
  `select ${selectList(COLUMNS, 'm')} from organization_members m
   where m.organization_id = :organization_id and m.subject = :subject`,
  COLUMNS,
);

const BY_SUBJECT: Keyset<LoadedMember, string> = {
  // Before every subject, which has a character at least.
  first: '',
  positionOf: ({ subject }) => subject,
  toBytes: (subject) => Buffer.from(subject),
  fromBytes: (bytes) => bytes.toString(),
};

/** Reads the members of one organization. */
@Injectable()
export class MembersReader {
  constructor(private readonly pool: pg.Pool) {}

  list(organizationId: string, query: PageQuery): Promise<Page<LoadedMember>> {
    return readKeysetPage(`members of ${organizationId}`, query, BY_SUBJECT, (after, limit) =>
      PAGE.rows(this.pool, { organization_id: organizationId, after, limit }),
    );
  }

  /** @throws Problem 404 for somebody who is no member */
  async get(organizationId: string, subject: string): Promise<LoadedMember> {
    const member = await ONE.row(this.pool, { organization_id: organizationId, subject });
    if (!member) throw Problem.notFound();
    return member;
  }
}
