/** Ends generations that no plan waits for: stopped, killed, or left behind by an overlap. */
@NullMarked
package dev.pullcord.agent.retire;

import org.jspecify.annotations.NullMarked;
