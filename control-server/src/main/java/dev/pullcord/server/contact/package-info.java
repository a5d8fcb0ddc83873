/**
 * Who speaks for a node: which start of an agent, whether it is the only one that has the node's
 * key, whether it has seen more than this server has decided, and whether it is there at all.
 */
@NullMarked
package dev.pullcord.server.contact;

import org.jspecify.annotations.NullMarked;
