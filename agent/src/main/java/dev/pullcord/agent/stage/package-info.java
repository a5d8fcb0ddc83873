/** Builds a release aside, checks it, and clears away those that nobody can read any more. */
@NullMarked
package dev.pullcord.agent.stage;

import org.jspecify.annotations.NullMarked;
