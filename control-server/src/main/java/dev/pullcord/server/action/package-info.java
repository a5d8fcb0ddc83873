/**
 * Runs of actions: who is asked, whose turn it is, what the nodes answer, and what is kept of it.
 */
@NullMarked
package dev.pullcord.server.action;

import org.jspecify.annotations.NullMarked;
