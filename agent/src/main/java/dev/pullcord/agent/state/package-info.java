/** Lays out the state directory, locks it, and refuses one that others can write. */
@NullMarked
package dev.pullcord.agent.state;

import org.jspecify.annotations.NullMarked;
