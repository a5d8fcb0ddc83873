/**
 * Workers of kind {@code command}: commands of the release start them, end them and look at them.
 * What a status command says is all that is known; an exit code of {@code start} proves nothing.
 */
@NullMarked
package dev.pullcord.agent.worker.kind.scripted;

import org.jspecify.annotations.NullMarked;
