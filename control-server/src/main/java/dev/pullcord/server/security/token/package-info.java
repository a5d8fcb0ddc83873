/**
 * The tokens of people and scripts: made, checked, revoked, and how secrets are drawn and hashed.
 */
@NullMarked
package dev.pullcord.server.security.token;

import org.jspecify.annotations.NullMarked;
