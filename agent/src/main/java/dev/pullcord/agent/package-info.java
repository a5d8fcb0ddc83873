/** The agent, one room for each part of its work; {@code main} has the program. */
@NullMarked
package dev.pullcord.agent;

import org.jspecify.annotations.NullMarked;
