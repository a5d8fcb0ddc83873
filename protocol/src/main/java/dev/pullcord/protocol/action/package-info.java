/** Runs of actions: what a node is asked to run, what it answers, and what people are shown. */
@NullMarked
package dev.pullcord.protocol.action;

import org.jspecify.annotations.NullMarked;
