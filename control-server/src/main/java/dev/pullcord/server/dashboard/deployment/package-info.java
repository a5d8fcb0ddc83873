/** What was pushed and what became of it: the history, and the page of one deployment. */
@NullMarked
package dev.pullcord.server.dashboard.deployment;

import org.jspecify.annotations.NullMarked;
