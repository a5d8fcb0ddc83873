/**
 * What people are shown of the fleet: nodes with the explanation of their state, counts that add
 * up, pins, deployments and transcripts. It decides nothing.
 */
@NullMarked
package dev.pullcord.server.view;

import org.jspecify.annotations.NullMarked;
