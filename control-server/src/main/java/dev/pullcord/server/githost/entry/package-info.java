/**
 * Where a commit enters the repository, pushed by somebody or fetched from the upstream: what a
 * pack may hold, which commit a branch may be moved to, and the move itself.
 */
@NullMarked
package dev.pullcord.server.githost.entry;

import org.jspecify.annotations.NullMarked;
