/**
 * A day-long job survives every deploy: real Celery workers on a real Redis under load, deployed to
 * by push, and an independent look at what really runs.
 */
@NullMarked
package dev.pullcord.systemtests.celery;

import org.jspecify.annotations.NullMarked;
