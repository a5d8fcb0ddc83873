/** A node with real files and real workers, for tests of the whole agent in whatever room. */
@NullMarked
package dev.pullcord.agent.rig;

import org.jspecify.annotations.NullMarked;
