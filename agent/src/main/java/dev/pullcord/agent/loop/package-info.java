/** The one loop: causes raise a flag, one thread drains it and runs a whole pass. */
@NullMarked
package dev.pullcord.agent.loop;

import org.jspecify.annotations.NullMarked;
