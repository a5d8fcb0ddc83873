/**
 * What a commit may deploy: every name, mode, link and limit is looked at before anything reaches a
 * disk. The push, {@code plan} and the agent use the same reader, so all three say the same.
 */
@NullMarked
package dev.pullcord.git.tree;

import org.jspecify.annotations.NullMarked;
