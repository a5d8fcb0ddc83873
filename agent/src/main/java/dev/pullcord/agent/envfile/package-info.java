/**
 * Files on the node with variables for workers: which are allowed, what is in them, and the node's
 * part of a worker's identity. Nothing else reads them, and their values leave only by way of a
 * process's environment.
 */
@NullMarked
package dev.pullcord.agent.envfile;

import org.jspecify.annotations.NullMarked;
