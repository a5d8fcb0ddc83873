/** Tests of what the API's records say of themselves. */
@NullMarked
package dev.pullcord.protocol.api;

import org.jspecify.annotations.NullMarked;
