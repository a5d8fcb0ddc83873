/** Brings a commit into the local mirror and reads it as a checked snapshot. */
@NullMarked
package dev.pullcord.agent.source;

import org.jspecify.annotations.NullMarked;
