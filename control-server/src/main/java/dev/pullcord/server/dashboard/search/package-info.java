/** Finding a node, a commit or a branch by a few letters, from the head of every page. */
@NullMarked
package dev.pullcord.server.dashboard.search;

import org.jspecify.annotations.NullMarked;
