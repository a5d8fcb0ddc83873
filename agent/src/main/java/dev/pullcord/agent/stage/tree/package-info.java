/** A release on the disk: the lists that it carries, and how it differs from them. */
@NullMarked
package dev.pullcord.agent.stage.tree;

import org.jspecify.annotations.NullMarked;
