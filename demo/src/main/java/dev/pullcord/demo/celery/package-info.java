/** The demo with real Celery workers: a Redis of its own, and jobs that outlive a deploy. */
@NullMarked
package dev.pullcord.demo.celery;

import org.jspecify.annotations.NullMarked;
