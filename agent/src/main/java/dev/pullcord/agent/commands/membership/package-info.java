/** The verbs with which a node comes to a server and leaves it: {@code join}, {@code leave}. */
@NullMarked
package dev.pullcord.agent.commands.membership;

import org.jspecify.annotations.NullMarked;
