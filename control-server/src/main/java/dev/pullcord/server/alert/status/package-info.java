/**
 * Tells the git host how far a commit is: one status for each commit, which is never green before
 * every node of the count runs it, and is corrected when one does not any more.
 */
@NullMarked
package dev.pullcord.server.alert.status;

import org.jspecify.annotations.NullMarked;
