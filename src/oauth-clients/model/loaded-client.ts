import { columnsOf, selectList } from '../../database/entity-columns.js';
import type { ColumnsOf } from '../../database/prepared-statement.js';
import { OAuthClient, type LoadedOAuthClient, type OAuthClientRow } from './oauth-client.entity.js';
import { SUMMARY_COLUMNS, SUMMARY_LIST } from './secrets-of-client.js';

const OF_THE_ROW = columnsOf<OAuthClientRow>(OAuthClient);

/** The select list of a `LoadedOAuthClient`, from a client that is called `c`. */
export const LOADED_LIST = `${selectList(OF_THE_ROW, 'c')}, ${SUMMARY_LIST}`;

export const LOADED_COLUMNS: ColumnsOf<LoadedOAuthClient> = { ...OF_THE_ROW, ...SUMMARY_COLUMNS };
