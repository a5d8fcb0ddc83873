/**
 * What a manifest says of nodes: how workers differ from node to node, how many nodes a commit goes
 * to at a time, and at which hours.
 */
@NullMarked
package dev.pullcord.protocol.manifest.node;

import org.jspecify.annotations.NullMarked;
