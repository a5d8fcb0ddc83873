/**
 * One small pack from the commit that a node has to the one that it is to run, made once and served
 * to every node that makes the same step; and one with all of a commit, for nodes that are new.
 */
@NullMarked
package dev.pullcord.server.delta;

import org.jspecify.annotations.NullMarked;
