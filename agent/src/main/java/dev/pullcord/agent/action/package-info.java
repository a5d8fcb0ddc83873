/**
 * Actions: runs what operators ask for, at most once, beside the loop, and tells the server what
 * comes of it.
 */
@NullMarked
package dev.pullcord.agent.action;

import org.jspecify.annotations.NullMarked;
