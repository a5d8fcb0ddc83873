/**
 * When nothing new may be activated on a node: freezes of operators, and windows of manifests. Pure
 * rules; {@code desired} asks them, and {@code operations.hold} has the orders.
 */
@NullMarked
package dev.pullcord.server.hold;

import org.jspecify.annotations.NullMarked;
