/** What a pusher sees in the terminal: the plan, then each node as it follows. */
@NullMarked
package dev.pullcord.server.githost.push.output;

import org.jspecify.annotations.NullMarked;
