/** The one loop: causes raise a flag, and one thread runs a whole pass for it. */
@NullMarked
package dev.pullcord.agent.loop;

import org.jspecify.annotations.NullMarked;
