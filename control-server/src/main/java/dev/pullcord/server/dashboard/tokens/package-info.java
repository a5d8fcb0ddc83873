/** The page of people's tokens: who has one, making one, taking one away. */
@NullMarked
package dev.pullcord.server.dashboard.tokens;

import org.jspecify.annotations.NullMarked;
