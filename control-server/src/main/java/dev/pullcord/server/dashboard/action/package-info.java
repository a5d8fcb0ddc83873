/** The pages of actions: which there are, what a run would do, and a run as it goes on. */
@NullMarked
package dev.pullcord.server.dashboard.action;

import org.jspecify.annotations.NullMarked;
