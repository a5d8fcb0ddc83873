/**
 * Hears from the git host that something was pushed there: who may say so, what counts as a push of
 * the configured repository, and what came of the last deliveries.
 */
@NullMarked
package dev.pullcord.server.webhook;

import org.jspecify.annotations.NullMarked;
