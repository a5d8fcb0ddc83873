/**
 * What ran on each node, and why: notes it when something is decided or reported, and makes the
 * answer to "what ran here at 03:12" of these notes.
 */
@NullMarked
package dev.pullcord.server.history;

import org.jspecify.annotations.NullMarked;
