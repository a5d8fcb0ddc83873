/** A kind of worker that only tests know: what adding one takes. */
@NullMarked
package dev.pullcord.agent.worker.kind;

import org.jspecify.annotations.NullMarked;
