/**
 * Workers of kind {@code celery}: a newcomer proves itself on a queue of its own, the queues are
 * handed over, and nothing is asked to end that may still hold a task which nobody else has.
 */
@NullMarked
package dev.pullcord.agent.worker.kind.celery;

import org.jspecify.annotations.NullMarked;
