/**
 * One small pack from the commit that a node has to the one that it is to run, made once and served
 * to every node that makes the same step.
 */
@NullMarked
package dev.pullcord.server.delta;

import org.jspecify.annotations.NullMarked;
