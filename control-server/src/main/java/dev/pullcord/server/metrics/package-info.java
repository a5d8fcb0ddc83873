/** Numbers for Prometheus, and the two cheap questions whether the server lives and is ready. */
@NullMarked
package dev.pullcord.server.metrics;

import org.jspecify.annotations.NullMarked;
