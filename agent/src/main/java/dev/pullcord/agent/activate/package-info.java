/** The one step that makes a release live, the way back from it, and what is not tried again. */
@NullMarked
package dev.pullcord.agent.activate;

import org.jspecify.annotations.NullMarked;
