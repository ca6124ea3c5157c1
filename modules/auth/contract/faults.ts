import { fault } from '../../../src/contract/fault.ts'

export const emailTaken = fault('email_taken', 409, 'There is an account with this e-mail already')
export const invalidCredentials = fault('invalid_credentials', 401, 'E-mail or password is wrong')
export const invalidRefreshToken = fault('invalid_refresh_token', 401, 'The refresh token is unknown, spent or expired')
/** One answer for unknown, used, expired and replaced: a guesser learns nothing. */
export const invalidToken = fault('invalid_token', 400, 'The link was used, has expired or was replaced by a newer one')
export const sessionNotFound = fault('session_not_found', 404, 'You have no such session')
export const userNotFound = fault('user_not_found', 404, 'There is no such user')
export const lastAdmin = fault('last_admin', 409, 'The shop needs at least one admin')
