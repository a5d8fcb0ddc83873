/** The pages of secrets: people's tokens, and the join tokens that invite nodes. */
@NullMarked
package dev.pullcord.server.dashboard.tokens;

import org.jspecify.annotations.NullMarked;
