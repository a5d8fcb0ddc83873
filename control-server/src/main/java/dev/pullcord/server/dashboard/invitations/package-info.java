/** The page of invitations: with what nodes may join, making one, taking one away. */
@NullMarked
package dev.pullcord.server.dashboard.invitations;

import org.jspecify.annotations.NullMarked;
