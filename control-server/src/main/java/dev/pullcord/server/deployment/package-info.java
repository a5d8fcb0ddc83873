/**
 * Deployments: made when the repository's branches move, judged by how their nodes are, and kept
 * with their outcome when they end.
 */
@NullMarked
package dev.pullcord.server.deployment;

import org.jspecify.annotations.NullMarked;
