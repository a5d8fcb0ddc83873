/** Builds a release aside, prepares it, checks it, and watches whether it stays as it was built. */
@NullMarked
package dev.pullcord.agent.stage;

import org.jspecify.annotations.NullMarked;
