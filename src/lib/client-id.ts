const CLIENT_ID = /^[\w.~:/@+-]{1,255}$/;

/**
 * Whether a client of this registry can have it as its `client_id`: those that the registry makes are UUIDs, and those of
 * imported clients are what they were in Hydra. Ids are compared byte by byte.
 */
export const isClientId = (text: unknown): text is string => typeof text === 'string' && CLIENT_ID.test(text);
