/** What the workers of a node, or of several side by side, say now. */
@NullMarked
package dev.pullcord.server.dashboard.logs;

import org.jspecify.annotations.NullMarked;
