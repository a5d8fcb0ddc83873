/**
 * What a commit's tree may hold: every name, mode, link and limit is looked at before anything
 * reaches a disk.
 */
@NullMarked
package dev.pullcord.agent.source.tree;

import org.jspecify.annotations.NullMarked;
