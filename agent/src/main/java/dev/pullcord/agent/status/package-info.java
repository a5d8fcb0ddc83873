/** What the node says of itself: now, in its reports, and afterwards from its journal. */
@NullMarked
package dev.pullcord.agent.status;

import org.jspecify.annotations.NullMarked;
