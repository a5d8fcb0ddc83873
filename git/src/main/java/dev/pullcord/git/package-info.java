/** What the agent and the control server share of git: the library, cut off from the host. */
@NullMarked
package dev.pullcord.git;

import org.jspecify.annotations.NullMarked;
